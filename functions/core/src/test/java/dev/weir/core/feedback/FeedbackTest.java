package dev.weir.core.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FeedbackTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private final Ports ports = MemoryPorts.create(new SettableClock(NOW));

  @Test
  void feedbackIsFoundByCallAndByDayAndTheSameEventCountsOnce() {
    Feedbacks feedbacks = new Feedbacks(ports);
    Feedback up = new Feedback("call", "slack", "T1", 1, "good", NOW);
    feedbacks.record(up, "e1");
    feedbacks.record(up, "e1");
    feedbacks.record(new Feedback("call", "slack", "T1", -1, "", NOW), "e2");
    assertEquals(2, feedbacks.of("call").size());
    assertEquals(List.of(), feedbacks.of("other"));
    LocalDate day = LocalDate.parse("2026-11-01");
    Feedbacks.Day first = feedbacks.day(day, 1, Optional.empty());
    assertEquals(1, first.feedback().size());
    assertEquals(1, feedbacks.day(day, 1, first.next()).feedback().size());
  }

  @Test
  void ratingOutsideItsRangeIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Feedback("c", "slack", "T1", 2, "", NOW));
  }

  @Test
  void erasureCoversWhatWasWrittenBeforeIt() {
    Erasures erasures = new Erasures(ports);
    erasures.mark(new Erasures.Mark("slack", "T1", "U1", NOW));
    assertTrue(erasures.covers("slack", "T1", "U1", NOW));
    assertFalse(erasures.covers("slack", "T1", "U1", NOW.plusSeconds(1)));
    assertFalse(erasures.covers("slack", "T1", "U2", NOW));
    erasures.mark(new Erasures.Mark("slack", "T1", "", NOW));
    assertTrue(erasures.covers("slack", "T1", "U2", NOW));
    assertFalse(erasures.covers("aws", "T1", "U2", NOW));
  }
}
