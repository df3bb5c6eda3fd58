package dev.weir.tck.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a simulator answers. */
public record SimResponse(int status, Map<String, String> headers, byte[] body) {

  static final int DROPPED = -1;

  /** A value written as JSON: a tree, a map, a list, a record. */
  public static SimResponse json(int status, Object value) {
    try {
      return new SimResponse(
          status,
          Map.of("content-type", "application/json; charset=utf-8"),
          Simulator.JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass().getName(), e);
    }
  }

  public static SimResponse json(Object value) {
    return json(200, value);
  }

  public static SimResponse html(String page) {
    return new SimResponse(
        200,
        Map.of("content-type", "text/html; charset=utf-8"),
        page.getBytes(StandardCharsets.UTF_8));
  }

  public static SimResponse redirect(String location) {
    return new SimResponse(302, Map.of("location", location), new byte[0]);
  }

  public static SimResponse empty(int status) {
    return new SimResponse(status, Map.of(), new byte[0]);
  }

  /** Nothing at all: the connection is closed, as when an answer is lost on its way. */
  public static SimResponse dropped() {
    return empty(DROPPED);
  }

  /** The same with one more header. */
  public SimResponse with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new SimResponse(status, more, body);
  }
}
