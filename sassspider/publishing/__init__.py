"""The reading site: the archive as a folder of static pages, for any web server or a double click."""
