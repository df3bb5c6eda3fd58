package dev.weir.core.notice;

import dev.weir.core.json.Json;
import java.time.Instant;
import java.util.Map;

/**
 * Something that somebody must be told, once.
 *
 * @param id follows from what happened, so that the same has the same; no dot in it, as the id of a
 *     webhook has none
 * @param type such as {@code budget.reached}: what it is about, a dot, what became of it
 * @param on whom it concerns: {@code vendor}, {@code channel:ID}, {@code customer:ID}, {@code
 *     agreement:ID} or {@code key:ID}; the vendor is told of all
 * @param data what happened, as JSON
 */
public record Notice(String id, String type, Instant at, String on, Map<String, Object> data) {

  /** Whom notices concern that concern no customer. */
  public static final String VENDOR = "vendor";

  /** About one agreement. */
  public static String agreement(String id) {
    return "agreement:" + id;
  }

  /** With what a record says. */
  @SuppressWarnings("unchecked") // of a JSON object
  public static Notice of(String id, String type, Instant at, String on, Object said) {
    Map<String, Object> data = (Map<String, Object>) Json.MAPPER.convertValue(said, Map.class);
    return new Notice(id, type, at, on, data);
  }
}
