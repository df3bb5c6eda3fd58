package dev.weir.worker.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.worker.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes the safetensors format, 32-bit floats only: an 8-byte little-endian header
 * length, a JSON header, the data in C order. Reading validates everything that the format
 * promises: no holes, no overlaps, no duplicate names, sizes that fit shapes.
 */
public final class Safetensors {

  /** The largest header, in bytes. */
  public static final int HEADER_MAX_BYTES = 10 << 20;

  /** The largest file, in bytes; it is read as a whole. */
  public static final long FILE_MAX_BYTES = 1L << 30;

  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  private Safetensors() {}

  /** A tensor in C order. */
  public record Tensor(long[] shape, float[] values) {
    public Tensor {
      long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      if (size != values.length) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(shape) + " holds " + size + " values, not " + values.length);
      }
    }

    public static Tensor vector(float... values) {
      return new Tensor(new long[] {values.length}, values);
    }
  }

  /** Tensors by name in the order of the file, and the file's metadata. */
  public record Content(Map<String, Tensor> tensors, Map<String, String> metadata) {

    /** The tensor of a name that must be there, in its shape. */
    public float[] values(String name, long... shape) {
      Tensor tensor = tensors.get(name);
      if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
        throw new DataException(
            "tensor '%s' is %s, not %s"
                .formatted(
                    name,
                    tensor == null ? "absent" : Arrays.toString(tensor.shape()),
                    Arrays.toString(shape)));
      }
      return tensor.values();
    }
  }

  public static byte[] encode(Map<String, Tensor> tensors, Map<String, String> metadata) {
    ObjectNode header = Json.MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      header.set(METADATA, Json.MAPPER.valueToTree(metadata));
    }
    int offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      int end = Math.addExact(offset, Math.multiplyExact(4, entry.getValue().values().length));
      ObjectNode tensor = header.putObject(entry.getKey());
      tensor.put("dtype", "F32");
      tensor.set("shape", Json.MAPPER.valueToTree(entry.getValue().shape()));
      tensor.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = Json.write(header).getBytes(StandardCharsets.UTF_8);
    int padded = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
    ByteBuffer file = ByteBuffer.allocate(8 + padded + offset).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(json);
    while (file.position() < 8 + padded) {
      file.put((byte) ' ');
    }
    for (Tensor tensor : tensors.values()) {
      file.asFloatBuffer().put(tensor.values());
      file.position(file.position() + 4 * tensor.values().length);
    }
    return file.array();
  }

  public static Content read(Path file) throws IOException {
    if (Files.size(file) > FILE_MAX_BYTES) {
      throw new DataException("safetensors " + Files.size(file) + " B > " + FILE_MAX_BYTES + " B");
    }
    return decode(Files.readAllBytes(file));
  }

  /**
   * Decodes and validates.
   *
   * @throws DataException naming the rule that the file breaks
   */
  public static Content decode(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 8) {
      throw broken("file of " + bytes.length + " B < 8 B");
    }
    long length = file.getLong();
    if (length < 2 || length > HEADER_MAX_BYTES || length > bytes.length - 8) {
      throw broken("header length " + length + " in a file of " + bytes.length + " B");
    }
    if (bytes[8] != '{') {
      throw broken("header does not begin with {");
    }
    JsonNode header;
    try {
      header =
          Json.MAPPER.readTree(new String(bytes, 8, (int) length, StandardCharsets.UTF_8).strip());
    } catch (JsonProcessingException e) {
      throw broken("header is not JSON: " + e.getOriginalMessage());
    }
    int begin = 8 + (int) length;
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Span> spans = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals(METADATA)) {
        entry.getValue().properties().forEach(e -> metadata.put(e.getKey(), text(e.getValue())));
      } else {
        spans.add(span(entry.getKey(), entry.getValue()));
      }
    }
    spans.sort(Comparator.comparingLong(Span::from).thenComparingLong(Span::to));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long expected = 0;
    for (Span span : spans) {
      if (span.from() != expected) {
        throw broken("tensor '" + span.name() + "' begins at " + span.from() + ", not " + expected);
      }
      expected = span.to();
      if (expected > bytes.length - begin) {
        throw broken("tensor '" + span.name() + "' ends after the file");
      }
      float[] values = new float[(int) ((span.to() - span.from()) / 4)];
      file.position(begin + (int) span.from()).asFloatBuffer();
      file.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      tensors.put(span.name(), new Tensor(span.shape(), values));
    }
    if (expected != bytes.length - begin) {
      throw broken((bytes.length - begin - expected) + " B after the last tensor");
    }
    return new Content(tensors, metadata);
  }

  private record Span(String name, long[] shape, long from, long to) {}

  private static Span span(String name, JsonNode tensor) {
    if (!tensor.path("dtype").asText().equals("F32")) {
      throw broken("tensor '" + name + "' has dtype " + tensor.path("dtype") + ", not \"F32\"");
    }
    JsonNode offsets = tensor.path("data_offsets");
    if (!tensor.path("shape").isArray() || offsets.size() != 2 || tensor.size() != 3) {
      throw broken("tensor '" + name + "' is not dtype, shape, data_offsets");
    }
    long[] shape = new long[tensor.get("shape").size()];
    long size = 4;
    try {
      for (int i = 0; i < shape.length; i++) {
        shape[i] = natural(name, tensor.get("shape").get(i));
        size = Math.multiplyExact(size, shape[i]);
      }
    } catch (ArithmeticException e) {
      throw broken("tensor '" + name + "' has a shape of too many values");
    }
    long from = natural(name, offsets.get(0));
    long to = natural(name, offsets.get(1));
    if (to - from != size) {
      throw broken("tensor '%s' has %d B, its shape %d B".formatted(name, to - from, size));
    }
    return new Span(name, shape, from, to);
  }

  private static long natural(String name, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw broken("tensor '" + name + "' holds " + node + ", not a natural number");
    }
    return node.longValue();
  }

  private static String text(JsonNode node) {
    if (!node.isTextual()) {
      throw broken("metadata holds " + node + ", not a string");
    }
    return node.textValue();
  }

  private static DataException broken(String rule) {
    return new DataException("malformed safetensors: " + rule);
  }
}
