package dev.slipway.domain.service;

import dev.slipway.domain.model.ModelId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The model of an entry: by its id, by an alias, or by an alias that has been resolved before and stays so.
 *
 * @param id null for what the alias names now
 * @param alias null for a model that was named by its id
 */
public record ModelReference(@Nullable ModelId id, @Nullable AliasUse alias) {

    public ModelReference {
        if (id == null && alias == null) {
            throw new IllegalArgumentException("a model has to be named by an id or by an alias");
        }
    }

    public static ModelReference of(ModelId id) {
        return new ModelReference(id, null);
    }

    public static ModelReference of(AliasUse alias) {
        return new ModelReference(null, alias);
    }

    /** That of an entry as it is: an alias that it follows is resolved anew, another one stays at the model it has named. */
    public static ModelReference of(ServiceEntry entry) {
        AliasUse alias = entry.alias();
        return alias != null && alias.follows() ? of(alias) : new ModelReference(entry.model(), alias);
    }

    /** As in requests. */
    @Override
    public String toString() {
        return alias == null
                ? Objects.requireNonNull(id).value()
                : alias.alias().toString();
    }
}
