package dev.weir.gateway.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the OpenAPI document says of one route.
 *
 * @param route as {@code Router.routes()} says it: {@code METHOD /path}
 * @param query its query parameters
 * @param body what is sent
 * @param status of success
 * @param answer what is answered then
 * @param mediaTypes of that answer
 * @param open whether it needs no token
 * @param retriable whether it takes an {@code Idempotency-Key}
 * @param deferrable whether it is answered later on {@code Prefer: respond-async}
 */
public record Described(
    String route,
    String summary,
    List<Query> query,
    Optional<Shape> body,
    int status,
    Optional<Shape> answer,
    List<String> mediaTypes,
    boolean open,
    boolean retriable,
    boolean deferrable) {

  /** A query parameter. */
  public record Query(String name, String description) {}

  /** The shape of a body. */
  public sealed interface Shape {}

  /** Of a record that the handler reads or writes. */
  public record Of(Class<?> type) implements Shape {}

  /** A page of them: {@code items}, and {@code next} where there is more. */
  public record ListOf(Class<?> type) implements Shape {}

  /** Written by hand in {@code schemas.json}. */
  public record Named(String schema) implements Shape {}

  public Described {
    query = List.copyOf(query);
    mediaTypes = List.copyOf(mediaTypes);
  }

  public static Described of(String route, String summary) {
    return new Described(
        route,
        summary,
        List.of(),
        Optional.empty(),
        200,
        Optional.empty(),
        List.of("application/json"),
        false,
        route.startsWith("POST /control/"),
        false);
  }

  public Described body(Class<?> type) {
    return body(new Of(type));
  }

  public Described body(String schema) {
    return body(new Named(schema));
  }

  private Described body(Shape shape) {
    return new Described(
        route,
        summary,
        query,
        Optional.of(shape),
        status,
        answer,
        mediaTypes,
        open,
        retriable,
        deferrable);
  }

  public Described answers(Class<?> type) {
    return answers(status, new Of(type));
  }

  public Described answers(int success, Class<?> type) {
    return answers(success, new Of(type));
  }

  public Described answers(String schema) {
    return answers(status, new Named(schema));
  }

  public Described lists(Class<?> type) {
    return answers(status, new ListOf(type));
  }

  public Described answersList(int success, Class<?> type) {
    return answers(success, new ListOf(type));
  }

  /** It answers with a document on paper. */
  public Described pdf() {
    return new Described(
        route,
        summary,
        query,
        body,
        status,
        Optional.<Shape>of(new Named("Pdf")),
        List.of("application/pdf"),
        open,
        retriable,
        deferrable);
  }

  private Described answers(int success, Shape shape) {
    return new Described(
        route,
        summary,
        query,
        body,
        success,
        Optional.of(shape),
        mediaTypes,
        open,
        retriable,
        deferrable);
  }

  public Described query(String name, String description) {
    List<Query> more = new ArrayList<>(query);
    more.add(new Query(name, description));
    return new Described(
        route, summary, more, body, status, answer, mediaTypes, open, retriable, deferrable);
  }

  /** Its list comes page by page. */
  public Described paged() {
    return query("limit", "The longest page, in items; 1 to 1000.")
        .query("page", "`next` of the page before.");
  }

  /** It may answer with server-sent events too. */
  public Described streams() {
    return new Described(
        route,
        summary,
        query,
        body,
        status,
        answer,
        List.of("application/json", "text/event-stream"),
        open,
        retriable,
        deferrable);
  }

  public Described withoutToken() {
    return new Described(
        route, summary, query, body, status, answer, mediaTypes, true, retriable, deferrable);
  }

  /** It may be answered later. */
  public Described deferred() {
    return new Described(
        route, summary, query, body, status, answer, mediaTypes, open, retriable, true);
  }

  /** It takes an {@code Idempotency-Key}. */
  public Described repeatable() {
    return new Described(
        route, summary, query, body, status, answer, mediaTypes, open, true, deferrable);
  }
}
