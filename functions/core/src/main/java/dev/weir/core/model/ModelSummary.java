package dev.weir.core.model;

import java.time.Instant;
import java.util.Map;

/** A model by name with its latest version. */
public record ModelSummary(
    String name, int latest, Task task, Map<String, Double> metrics, Instant createdAt) {}
