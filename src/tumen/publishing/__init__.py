"""Publishing: releases that are written once, described, indexed, proven, built again, and compared."""
