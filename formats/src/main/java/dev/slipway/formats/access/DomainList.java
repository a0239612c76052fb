package dev.slipway.formats.access;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** The account of the token. */
@WireRecord
public record DomainList(List<DomainShown> domains, Links links) {
    public DomainList {
        domains = List.copyOf(domains);
    }

    /** An account. */
    @WireRecord
    public record DomainShown(String id, String name, boolean enabled, String description) {}
}
