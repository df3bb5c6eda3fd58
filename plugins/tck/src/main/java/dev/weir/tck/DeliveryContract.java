package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.Delivery;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Receipt;
import org.junit.jupiter.api.Test;

/** A reply reaches the other side once per key, and is put off where the other side is not able. */
public abstract class DeliveryContract extends ChannelContract {

  protected abstract Remote remote();

  /** A binding that works, its secrets sealed in the context. */
  protected abstract Binding binding();

  /** A reply to something that was asked. */
  protected abstract Delivery.Reply reply(String text);

  /** How many messages with this text the other side shows. */
  protected abstract int shown(String text);

  @Test
  public final void replyIsShownOnce() {
    assertInstanceOf(Receipt.Sent.class, deliver("shown once", "key-1"));
    assertEquals(1, shown("shown once"));
  }

  @Test
  public final void sameKeyTwiceHasOneEffect() {
    assertInstanceOf(Receipt.Sent.class, deliver("same key", "key-2"));
    assertInstanceOf(Receipt.Sent.class, deliver("same key", "key-2"));
    assertEquals(1, shown("same key"));
  }

  @Test
  public final void anotherKeyIsAnotherReply() {
    deliver("two keys", "key-3");
    deliver("two keys", "key-4");
    assertEquals(2, shown("two keys"));
  }

  @Test
  public final void throttledReplyIsPutOffAndThenShownOnce() {
    putOff(429, "throttled", ErrorType.LIMIT);
  }

  @Test
  public final void replyToAFailingServerIsPutOffAndThenShownOnce() {
    putOff(500, "failing", ErrorType.PARTNER);
    putOff(503, "unavailable", ErrorType.PARTNER);
  }

  private void putOff(int status, String text, ErrorType type) {
    remote().answerWith(status);
    try {
      switch (deliver(text, "key-" + text)) {
        case Receipt.Deferred deferred ->
            assertTrue(
                !deferred.until().isBefore(context().clock().instant()),
                "put off until a time that has passed");
        case Receipt.Sent sent -> fail("sent, although the other side answered " + status);
        case Receipt.Rejected rejected -> fail(status + " was taken for final: " + rejected);
      }
    } catch (ChannelException e) {
      boolean retried = e.code().type() == type || e.code().type() == ErrorType.LIMIT;
      assertTrue(retried, status + " became " + e.code());
    } finally {
      remote().recover();
    }
    assertEquals(0, shown(text));
    assertInstanceOf(Receipt.Sent.class, deliver(text, "key-" + text));
    assertEquals(1, shown(text));
  }

  private Receipt deliver(String text, String key) {
    Delivery delivery =
        channel().delivery().orElseThrow(() -> new AssertionError("no facet delivery"));
    return delivery.deliver(binding(), reply(text), key);
  }
}
