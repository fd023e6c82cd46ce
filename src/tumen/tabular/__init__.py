"""Tables that anyone holds, in any frame or file, checked by the rules of the dataset: opened, fitted, judged, reported."""
