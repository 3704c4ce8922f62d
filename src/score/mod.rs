//! How well titles and languages are told on labelled text.
