package dev.weir.core.dataset;

import java.util.Map;

/** What a reader makes of one row of an upload. */
sealed interface Line {

  /** Cells by column: String, Long, Double or Boolean; an empty cell is absent. */
  record Good(long line, Map<String, Object> cells) implements Line {}

  /** Not readable as a row of the file's columns. */
  record Bad(long line, String detail) implements Line {}
}
