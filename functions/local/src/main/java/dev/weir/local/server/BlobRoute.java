package dev.weir.local.server;

import dev.weir.core.port.Blobs;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The other end of presigned URLs: {@code GET|HEAD|PUT /blobs/{name}}. */
public final class BlobRoute implements Route {

  private static final String ROOT = "/blobs/";

  private final Blobs blobs;
  private final Signatures signatures;

  /** Says whether a URL was signed here for this method and name, and is still good. */
  public interface Signatures {

    /** The reason why it is not; empty where it is. An absent parameter is the empty string. */
    Optional<String> refuse(String method, String name, String expires, String signature);
  }

  public BlobRoute(Blobs blobs, Signatures signatures) {
    this.blobs = blobs;
    this.signatures = signatures;
  }

  @Override
  public Optional<Answer> handle(Request request) throws IOException {
    if (!request.path().startsWith(ROOT)) {
      return Optional.empty();
    }
    String name = request.path().substring(ROOT.length());
    Optional<String> refused =
        signatures.refuse(
            request.method(),
            name,
            parameter(request.query(), "expires"),
            parameter(request.query(), "signature"));
    if (refused.isPresent()) {
      throw new ProblemException(Problem.forbidden(refused.get()));
    }
    try {
      return Optional.of(
          switch (request.method()) {
            case "GET" -> get(name);
            case "HEAD" -> head(name);
            case "PUT" -> put(name, request);
            default ->
                Answer.problem(
                    Problem.of(
                        405, "method-not-allowed", "Not this way", request.method() + " " + name));
          });
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.badRequest("blob name \"" + name + "\""), e);
    }
  }

  private Answer get(String name) throws IOException {
    Blobs.Stat stat = stat(name);
    InputStream content = blobs.open(name).orElseThrow(() -> absent(name));
    return new Answer(200, headers(), new Answer.Stream(content, stat.bytes()));
  }

  private Answer head(String name) throws IOException {
    stat(name);
    return new Answer(200, headers(), new Answer.Bytes(new byte[0]));
  }

  private Answer put(String name, Request request) throws IOException {
    long length = request.header("content-length").map(BlobRoute::number).orElse(-1L);
    if (length > Blobs.OBJECT_MAX_BYTES) {
      throw new ProblemException(
          Problem.tooLarge("blob " + length + " B > " + Blobs.OBJECT_MAX_BYTES + " B"));
    }
    Blobs.Stat stat = blobs.put(name, request.body(), length);
    return Answer.json(200, Map.of("bytes", stat.bytes(), "sha256", stat.sha256()));
  }

  private Blobs.Stat stat(String name) throws IOException {
    return blobs.stat(name).orElseThrow(() -> absent(name));
  }

  private static Map<String, List<String>> headers() {
    return Map.of("content-type", List.of("application/octet-stream"));
  }

  private static ProblemException absent(String name) {
    return new ProblemException(Problem.notFound("blob " + name));
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ProblemException(Problem.badRequest("content-length \"" + text + "\""), e);
    }
  }

  /** Values of presigned URLs need no decoding: digits and hex. */
  private static String parameter(String query, String name) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return "";
  }
}
