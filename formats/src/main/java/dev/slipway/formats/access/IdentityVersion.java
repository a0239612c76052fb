package dev.slipway.formats.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** A version of the identity API, which clients ask for first. */
@WireRecord
public record IdentityVersion(
        String id,
        String status,
        String updated,
        @JsonProperty("media-types") List<MediaType> mediaTypes,
        List<Link> links) {
    public IdentityVersion {
        mediaTypes = List.copyOf(mediaTypes);
        links = List.copyOf(links);
    }

    /**
     * The answer with the one version.
     *
     * @param slipwayVersion of the server, an extension
     */
    @WireRecord
    public record One(IdentityVersion version, String slipwayVersion) {}

    /**
     * The answer with all versions.
     *
     * @param slipwayVersion of the server, an extension
     */
    @WireRecord
    public record All(Values versions, String slipwayVersion) {}

    @WireRecord
    public record Values(List<IdentityVersion> values) {
        public Values {
            values = List.copyOf(values);
        }
    }

    @WireRecord
    public record MediaType(String base, String type) {}

    @WireRecord
    public record Link(String rel, String href) {}
}
