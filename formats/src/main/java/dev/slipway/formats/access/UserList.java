package dev.slipway.formats.access;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** Users of the token's account. */
@WireRecord
public record UserList(List<UserShown> users, Links links) {
    public UserList {
        users = List.copyOf(users);
    }

    /** A user. */
    @WireRecord
    public record UserShown(String id, String name, String domainId, boolean enabled) {}
}
