package dev.weir.core.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Server-sent events as text. */
final class Sse {

  static final String DONE = "[DONE]";

  private Sse() {}

  /** All events of a finished stream, and the end mark. */
  static Reply reply(List<String> events) {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append("data: ").append(event).append("\n\n"));
    text.append("data: ").append(DONE).append("\n\n");
    return new Reply(200, Reply.EVENT_STREAM, text.toString(), false);
  }

  /** Keeps events until the stream has ended. */
  static final class Collected implements Consumer<String> {

    private final List<String> events = new ArrayList<>();

    @Override
    public void accept(String event) {
      events.add(event);
    }

    List<String> list() {
      return List.copyOf(events);
    }
  }
}
