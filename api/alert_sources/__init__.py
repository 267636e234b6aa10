"""Alert sources: what each sends, read into what intake keeps."""
