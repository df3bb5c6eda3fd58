package dev.weir.core.catalog;

import java.util.Map;

/**
 * What computing costs the vendor.
 *
 * @param microsPerVcpuSecond by currency, in 10⁻⁶ of its minor unit
 */
public record ComputePrices(Map<String, Long> microsPerVcpuSecond) {

  public ComputePrices {
    microsPerVcpuSecond = Map.copyOf(microsPerVcpuSecond);
    microsPerVcpuSecond.forEach((currency, micros) -> {
      Names.checkCurrency(currency);
      Names.checkAmount("vCPU-second in " + currency, micros);
    });
  }

  /** What a vCPU-second costs; 0 where the vendor states no price in that currency. */
  public long microsPerVcpuSecond(String currency) {
    return microsPerVcpuSecond.getOrDefault(currency, 0L);
  }
}
