package dev.weir.gateway.document;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/**
 * A document of lines and tables on A4 pages, from the top down. The same content gives the same
 * bytes. Sizes are points. For one thread.
 */
final class Paper implements AutoCloseable {

  static final float MARGIN = 50;
  static final float WIDTH = PDRectangle.A4.getWidth() - 2 * MARGIN;

  private static final float BOTTOM = 60;
  private static final float LEADING = 1.5f;
  private static final String FONT = "/fonts/ttf/NotoSansSC/NotoSansSC-Regular.ttf";

  private final PDDocument document = new PDDocument();
  private final PDType0Font font;
  private final Map<Integer, Boolean> glyphs = new HashMap<>();
  private final String foot;
  private PDPageContentStream content;
  private float y;
  private int pages;

  /** A column of a table: its share of the width, and whether it is aligned to the right. */
  record Column(float share, boolean right) {}

  Paper(String title, String foot, Instant at, long id) throws IOException {
    try (InputStream in = Paper.class.getResourceAsStream(FONT)) {
      if (in == null) {
        throw new IllegalStateException("font " + FONT + " is not packed");
      }
      byte[] bytes = FontTables.withoutVariants(in.readAllBytes());
      this.font = PDType0Font.load(document, new ByteArrayInputStream(bytes), true);
    }
    this.foot = foot;
    PDDocumentInformation information = document.getDocumentInformation();
    information.setTitle(title);
    information.setProducer("weir");
    information.setCreationDate(
        GregorianCalendar.from(ZonedDateTime.ofInstant(at, ZoneOffset.UTC)));
    document.setDocumentId(id);
    this.content = page();
  }

  private PDPageContentStream page() throws IOException {
    PDPage page = new PDPage(PDRectangle.A4);
    document.addPage(page);
    pages++;
    PDPageContentStream stream = new PDPageContentStream(document, page);
    write(stream, MARGIN, BOTTOM - 24, 8, foot + "  " + pages);
    y = PDRectangle.A4.getHeight() - MARGIN;
    return stream;
  }

  /** Goes on to the next page where there is no room for this. */
  private void room(float height) throws IOException {
    if (y - height < BOTTOM) {
      content.close();
      content = page();
    }
  }

  void space(float height) {
    y -= height;
  }

  void text(String text, float size) throws IOException {
    for (String line : wrap(text, size, WIDTH)) {
      room(size * LEADING);
      y -= size * LEADING;
      write(content, MARGIN, y, size, line);
    }
  }

  /** A thin line over the whole width. */
  void rule() throws IOException {
    room(6);
    y -= 5;
    content.setLineWidth(0.5f);
    content.moveTo(MARGIN, y);
    content.lineTo(MARGIN + WIDTH, y);
    content.stroke();
    y -= 1;
  }

  /** One row of a table; cells that are too long go on below. */
  void row(List<Column> columns, List<String> cells, float size) throws IOException {
    List<List<String>> wrapped = new ArrayList<>();
    int lines = 1;
    for (int i = 0; i < columns.size(); i++) {
      List<String> cell = wrap(cells.get(i), size, columns.get(i).share() * WIDTH - 6);
      wrapped.add(cell);
      lines = Math.max(lines, cell.size());
    }
    room(lines * size * LEADING);
    for (int line = 0; line < lines; line++) {
      y -= size * LEADING;
      float x = MARGIN;
      for (int i = 0; i < columns.size(); i++) {
        float width = columns.get(i).share() * WIDTH;
        if (line < wrapped.get(i).size()) {
          String text = wrapped.get(i).get(line);
          float left = columns.get(i).right() ? x + width - width(text, size) : x;
          write(content, left, y, size, text);
        }
        x += width;
      }
    }
  }

  private void write(PDPageContentStream stream, float x, float height, float size, String text)
      throws IOException {
    stream.beginText();
    stream.setFont(font, size);
    stream.newLineAtOffset(x, height);
    stream.showText(printable(text));
    stream.endText();
  }

  /** What strangers wrote may hold what the font does not. */
  private String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .forEach(point -> {
          boolean shown = glyphs.computeIfAbsent(point, this::hasGlyph);
          printable.appendCodePoint(shown ? point : Character.isISOControl(point) ? ' ' : '?');
        });
    return printable.toString();
  }

  private boolean hasGlyph(int point) {
    try {
      byte[] _ = font.encode(Character.toString(point));
      return !Character.isISOControl(point);
    } catch (IllegalArgumentException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private float width(String text, float size) throws IOException {
    return font.getStringWidth(printable(text)) / 1000 * size;
  }

  /** Breaks between words, and between any two characters where a word is too long. */
  private List<String> wrap(String text, float size, float width) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int space = -1;
    for (int point : text.codePoints().toArray()) {
      line.appendCodePoint(point);
      if (point == ' ') {
        space = line.length();
      }
      if (width(line.toString(), size) > width && line.length() > 1) {
        int cut = space > 0 ? space : line.length() - Character.charCount(point);
        lines.add(line.substring(0, cut).strip());
        line.delete(0, cut);
        space = -1;
      }
    }
    lines.add(line.toString());
    return lines;
  }

  byte[] bytes() throws IOException {
    content.close();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    document.save(out);
    return out.toByteArray();
  }

  @Override
  public void close() throws IOException {
    document.close();
  }

  /** How many pages a PDF has; for tests of what was rendered. */
  static int pages(byte[] pdf) throws IOException {
    try (PDDocument read = Loader.loadPDF(pdf)) {
      return read.getNumberOfPages();
    }
  }
}
