package dev.weir.worker.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.worker.data.DataException;
import dev.weir.worker.train.Safetensors.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  @Test
  void whatIsWrittenIsRead() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", new Tensor(new long[] {2, 3}, new float[] {1, -2, 3.5f, 0, 5, 6}));
    tensors.put("a", Tensor.vector(Float.MIN_VALUE));
    tensors.put("empty", new Tensor(new long[] {0}, new float[0]));
    byte[] file = Safetensors.encode(tensors, Map.of("format", "x"));
    assertEquals(0, ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8);
    Safetensors.Content content = Safetensors.decode(file);
    assertEquals(Map.of("format", "x"), content.metadata());
    assertArrayEquals(new long[] {2, 3}, content.tensors().get("b").shape());
    assertArrayEquals(new float[] {1, -2, 3.5f, 0, 5, 6}, content.values("b", 2, 3));
    assertArrayEquals(file, Safetensors.encode(content.tensors(), content.metadata()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}|4|dtype",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|4|its shape 8 B",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|8|begins at 4, not 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|8|4 B after the last",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|4|ends after the file",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|4|not a natural",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}|4|is not dtype, shape, data_offsets",
        "{\"a\":1,\"a\":1}|0|not JSON",
        "[]|0|does not begin with",
        "{\"__metadata__\":{\"a\":1}}|0|not a string",
      })
  void filesThatBreakTheFormatAreRefusedByRule(String header, int bytes, String rule) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] file =
        ByteBuffer.allocate(8 + json.length + bytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .array();
    DataException e = assertThrows(DataException.class, () -> Safetensors.decode(file));
    assertTrue(e.getMessage().contains(rule), e.getMessage());
  }

  @Test
  void damagedFilesNeverFailInAnotherWay() {
    byte[] good =
        Safetensors.encode(
            Map.of("w", new Tensor(new long[] {3, 2}, new float[6])), Map.of("k", "v"));
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = List.of(good).getFirst().clone();
      for (int j = 0; j < 1 + random.nextInt(3); j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        Safetensors.decode(damaged);
      } catch (DataException expected) {
        assertTrue(expected.getMessage().startsWith("malformed safetensors"));
      }
    }
  }
}
