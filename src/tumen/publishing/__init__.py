"""Publishing: releases that are written once, described, indexed, proven, and built again."""
