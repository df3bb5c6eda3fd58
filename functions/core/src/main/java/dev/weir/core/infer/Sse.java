package dev.weir.core.infer;

import java.util.ArrayList;
import java.util.List;

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

  /** The data of each event of a finished stream, the end mark among them. */
  static List<String> events(Reply reply) {
    return reply
        .body()
        .lines()
        .filter(line -> !line.isEmpty())
        .map(line -> line.substring("data: ".length()))
        .toList();
  }

  /** Passes events on, and keeps them where the whole stream is wanted afterwards. */
  static final class Collected implements EventSink {

    private final List<String> events = new ArrayList<>();
    private final EventSink sink;
    private final boolean keeps;
    private boolean begun;

    Collected(EventSink sink, boolean keeps) {
      this.sink = sink;
      this.keeps = keeps;
    }

    @Override
    public void event(String data) {
      begun = true;
      sink.event(data);
      if (keeps) {
        events.add(data);
      }
    }

    @Override
    public void idle() {
      sink.idle();
    }

    boolean begun() {
      return begun;
    }

    List<String> list() {
      return List.copyOf(events);
    }
  }
}
