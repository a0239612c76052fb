package dev.slipway.domain.service;

import java.util.List;

/** The entries of a service in the order sent: exactly one in a batch, one or more in a real-time service. */
public record ServiceConfig(List<ServiceEntry> entries) {

    public ServiceConfig {
        entries = List.copyOf(entries);
    }

    /** The longest deployment time-out of its entries. */
    public int deployTimeoutMinutes() {
        return entries.stream()
                .mapToInt(ServiceEntry::deployTimeoutMinutes)
                .max()
                .orElse(20);
    }

    /** Whether both mean the same, even if they were written differently. */
    public boolean asksTheSameAs(ServiceConfig other) {
        if (entries.size() != other.entries.size()) {
            return false;
        }
        for (int i = 0; i < entries.size(); i++) {
            ServiceEntry mine = entries.get(i);
            ServiceEntry theirs = other.entries.get(i);
            boolean same = mine.runsLike(theirs)
                    && mine.instanceCount() == theirs.instanceCount()
                    && mine.weight() == theirs.weight()
                    && mine.deployTimeoutMinutes() == theirs.deployTimeoutMinutes()
                    && java.util.Objects.equals(mine.batch(), theirs.batch())
                    && java.util.Objects.equals(mine.alias(), theirs.alias());
            if (!same) {
                return false;
            }
        }
        return true;
    }
}
