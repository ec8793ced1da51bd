"""The published MedS-Ins files of a user's own copy beside what the lake has rebuilt of them."""
