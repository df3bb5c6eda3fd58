package dev.weir.core.model;

/** A file of an artifact. */
public record ModelFile(String blob, long bytes, String sha256) {}
