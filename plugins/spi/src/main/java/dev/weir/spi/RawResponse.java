package dev.weir.spi;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the host answers to the other side. */
public record RawResponse(int status, Map<String, String> headers, byte[] body) {

  public RawResponse {
    headers = Map.copyOf(headers);
    body = body.clone();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  public static RawResponse empty(int status) {
    return new RawResponse(status, Map.of(), new byte[0]);
  }

  public static RawResponse json(int status, String json) {
    return new RawResponse(
        status,
        Map.of("content-type", "application/json; charset=utf-8"),
        json.getBytes(StandardCharsets.UTF_8));
  }
}
