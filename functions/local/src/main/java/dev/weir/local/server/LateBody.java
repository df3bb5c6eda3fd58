package dev.weir.local.server;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A body of unknown length whose status and headers go out with its first byte. */
final class LateBody extends OutputStream {

  private final HttpExchange exchange;
  private final Answer answer;
  private @Nullable OutputStream begun;

  LateBody(HttpExchange exchange, Answer answer) {
    this.exchange = exchange;
    this.answer = answer;
  }

  private OutputStream out() throws IOException {
    OutputStream out = begun;
    if (out == null) {
      answer.headers().forEach(exchange.getResponseHeaders()::put);
      exchange.sendResponseHeaders(answer.status(), 0);
      out = exchange.getResponseBody();
      begun = out;
    }
    return out;
  }

  @Override
  public void write(int b) throws IOException {
    out().write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out().write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    out().flush();
  }

  /** Ends what was begun; a body that never began leaves the exchange free for another answer. */
  @Override
  public void close() throws IOException {
    OutputStream out = begun;
    if (out != null) {
      out.close();
    }
  }
}
