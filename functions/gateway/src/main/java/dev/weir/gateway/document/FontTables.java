package dev.weir.gateway.document;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A TrueType font's tables, as OpenType says. The font has a character map for variants of
 * ideographs (format 14), which PDFBox does not read and warns of for each document; documents
 * print no variants, so that map is not listed any more.
 */
final class FontTables {

  private static final int TABLES_AT = 12;
  private static final int TABLE_BYTES = 16;
  private static final int MAP_BYTES = 8;
  private static final int VARIANTS = 14;
  private static final int CMAP = tag("cmap");

  private FontTables() {}

  private static int tag(String name) {
    return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
  }

  /** Takes the maps of variants off the list; the rest of the font stays byte by byte. */
  static byte[] withoutVariants(byte[] font) {
    ByteBuffer bytes = ByteBuffer.wrap(font);
    int tables = bytes.getShort(4) & 0xffff;
    for (int i = 0; i < tables; i++) {
      int at = TABLES_AT + i * TABLE_BYTES;
      if (bytes.getInt(at) == CMAP) {
        unlist(bytes, bytes.getInt(at + 8));
      }
    }
    return font;
  }

  private static void unlist(ByteBuffer bytes, int cmap) {
    int maps = bytes.getShort(cmap + 2) & 0xffff;
    int kept = 0;
    for (int i = 0; i < maps; i++) {
      int at = cmap + 4 + i * MAP_BYTES;
      long map = bytes.getLong(at);
      int format = bytes.getShort(cmap + (int) map) & 0xffff;
      if (format != VARIANTS) {
        bytes.putLong(cmap + 4 + kept * MAP_BYTES, map);
        kept++;
      }
    }
    bytes.putShort(cmap + 2, (short) kept);
  }
}
