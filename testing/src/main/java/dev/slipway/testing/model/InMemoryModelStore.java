package dev.slipway.testing.model;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelTransaction;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@link ModelStore} in memory. Safe for use by many threads: one transaction at a time. */
public final class InMemoryModelStore implements ModelStore {

    private final Map<ModelId, Model> models = new LinkedHashMap<>();
    private final Map<ModelId, String> buildLogs = new LinkedHashMap<>();
    private final Set<ModelId> taken = new HashSet<>();
    private final Map<ModelId, List<String>> named = new LinkedHashMap<>();
    private final Map<String, ModelId> aliases = new TreeMap<>();
    private final Map<String, List<String>> aliasUsers = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();

    /** From now on the service names the model. */
    public synchronized void name(ModelId model, String service) {
        named.computeIfAbsent(model, key -> new ArrayList<>()).add(service);
    }

    /** From now on the service names the alias. */
    public synchronized void name(ModelAlias alias, String service) {
        aliasUsers.computeIfAbsent(alias.toString(), key -> new ArrayList<>()).add(service);
    }

    /** The events of a model in the order of their writing. */
    public synchronized List<Event> events(ModelId model) {
        return events.stream()
                .filter(event -> event.subject().equals(model.value()))
                .toList();
    }

    /** Writes an event outside a transaction, unless there is one of the same subject and key. */
    public synchronized void record(Event event) {
        if (events.stream()
                .noneMatch(each ->
                        each.subject().equals(event.subject()) && each.key().equals(event.key()))) {
            events.add(event);
        }
    }

    @Override
    public synchronized <R> R change(ModelId id, Function<ModelTransaction, R> work) {
        Change change = new Change(id);
        R result = work.apply(change);
        change.commit();
        return result;
    }

    @Override
    public synchronized void keepBuildLog(ModelId model, String log) {
        if (models.containsKey(model)) {
            buildLogs.put(model, log);
        }
    }

    @Override
    public synchronized Optional<String> buildLog(ModelId model) {
        return models.containsKey(model) ? Optional.ofNullable(buildLogs.get(model)) : Optional.empty();
    }

    @Override
    public synchronized Optional<Model> find(ModelId id) {
        return Optional.ofNullable(models.get(id));
    }

    @Override
    public synchronized ModelPage list(ProjectId project, ModelQuery query) {
        List<Model> all = models.values().stream()
                .filter(model -> model.project().equals(project) && matches(model, query))
                .sorted(order(query))
                .toList();
        return new ModelPage(
                all.stream().skip(query.offset()).limit(query.limit()).toList(), all.size());
    }

    @Override
    public synchronized List<Model> untakenSince(Instant before, @Nullable ModelId after, int limit) {
        return publishing()
                .filter(model ->
                        !taken.contains(model.id()) && model.createdAt().isBefore(before))
                .filter(model -> after == null || model.id().value().compareTo(after.value()) > 0)
                .sorted(Comparator.comparing(model -> model.id().value()))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Model> unfinished(@Nullable ModelId after, int limit) {
        return publishing()
                .filter(model -> after == null || model.id().value().compareTo(after.value()) > 0)
                .sorted(Comparator.comparing(model -> model.id().value()))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Set<ModelId> publishing(Collection<ModelId> ids) {
        return publishing().map(Model::id).filter(ids::contains).collect(Collectors.toSet());
    }

    @Override
    public synchronized Map<ModelId, List<String>> aliases(Collection<ModelId> ids) {
        Map<ModelId, List<String>> found = new LinkedHashMap<>();
        aliases.forEach((key, model) -> {
            if (ids.contains(model)) {
                found.computeIfAbsent(model, each -> new ArrayList<>()).add(key.substring(key.indexOf('@') + 1));
            }
        });
        return found;
    }

    private Stream<Model> publishing() {
        return models.values().stream().filter(model -> model.status() == ModelStatus.PUBLISHING);
    }

    private static boolean matches(Model model, ModelQuery query) {
        String name = query.name();
        String version = query.version();
        String description = query.descriptionContains();
        return (name == null
                        || (query.exact()
                                ? model.spec().name().equals(name)
                                : contains(model.spec().name(), name)))
                && (version == null || model.spec().version().equals(version))
                && (query.status() == null || model.status() == query.status())
                && (description == null || contains(model.spec().description(), description))
                && (query.type() == null || model.spec().askedType() == query.type())
                && (query.notType() == null || model.spec().askedType() != query.notType());
    }

    private static boolean contains(@Nullable String text, String part) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    private static Comparator<Model> order(ModelQuery query) {
        Comparator<Model> order =
                switch (query.sortBy()) {
                    case CREATED_AT -> Comparator.comparing(Model::createdAt);
                    case SIZE -> Comparator.comparing(Model::size);
                    case VERSION -> Comparator.comparing(InMemoryModelStore::versionNumber);
                };
        Comparator<Model> whole = order.thenComparing(model -> model.id().value());
        return query.ascending() ? whole : whole.reversed();
    }

    private static int versionNumber(Model model) {
        int number = 0;
        for (String part : model.spec().version().split("\\.", -1)) {
            number = number * 100 + Integer.parseInt(part);
        }
        return number;
    }

    private final class Change implements ModelTransaction {

        private final ModelId id;
        private final List<Event> written = new ArrayList<>();
        private final Map<String, @Nullable ModelId> moves = new LinkedHashMap<>();
        private @Nullable Model model;
        private boolean takes;
        private boolean asksAgain;

        Change(ModelId id) {
            this.id = id;
            this.model = models.get(id);
        }

        @Override
        public Optional<Model> model() {
            return Optional.ofNullable(model);
        }

        @Override
        public void insert(Model inserted) {
            boolean exists = models.values().stream()
                    .anyMatch(each -> each.project().equals(inserted.project())
                            && each.label().equals(inserted.label()));
            if (exists) {
                throw new Conflict(ErrorCode.MODEL_EXISTS, "model '%s' exists already".formatted(inserted.label()));
            }
            model = inserted;
        }

        @Override
        public void save(Model saved) {
            model = saved;
        }

        @Override
        public void askAgain(Model again) {
            model = again;
            asksAgain = true;
        }

        @Override
        public void take() {
            takes = true;
        }

        @Override
        public void remove() {
            model = null;
        }

        @Override
        public List<NamedBy> namedBy() {
            return named.getOrDefault(id, List.of()).stream()
                    .map(service -> new NamedBy(service, service))
                    .toList();
        }

        @Override
        public List<NamedBy> namedBy(ProjectId project, ModelAlias alias) {
            return aliasUsers.getOrDefault(alias.toString(), List.of()).stream()
                    .map(service -> new NamedBy(service, service))
                    .toList();
        }

        @Override
        public Optional<ModelId> moveAlias(ModelAlias alias) {
            moves.put(key(alias), id);
            return Optional.ofNullable(aliases.get(key(alias)));
        }

        @Override
        public boolean removeAlias(ModelAlias alias) {
            moves.put(key(alias), null);
            return id.equals(aliases.get(key(alias)));
        }

        private String key(ModelAlias alias) {
            return Objects.requireNonNull(model).project() + "/" + alias;
        }

        @Override
        public Optional<Origin> importedBy() {
            return Stream.concat(events.stream(), written.stream())
                    .filter(event -> event.subject().equals(id.value()))
                    .flatMap(event -> Stream.ofNullable(event.origin()))
                    .findFirst();
        }

        @Override
        public void record(Event event) {
            written.add(event);
        }

        private static Event aside(Event event) {
            return new Event(
                    event.subject(),
                    "before/%s/%s".formatted(UUID.randomUUID(), event.key()),
                    event.type(),
                    event.info(),
                    event.cause(),
                    event.advice(),
                    event.occurredAt(),
                    event.origin());
        }

        void commit() {
            moves.forEach((alias, named) -> {
                if (named == null) {
                    aliases.remove(alias);
                } else {
                    aliases.put(alias, named);
                }
            });
            if (model == null) {
                aliases.values().removeIf(id::equals);
                models.remove(id);
                taken.remove(id);
                events.removeIf(event -> event.subject().equals(id.value()));
                return;
            }
            models.put(id, model);
            if (asksAgain) {
                taken.remove(id);
                events.replaceAll(event ->
                        event.subject().equals(id.value()) && event.key().startsWith("import/") ? aside(event) : event);
            }
            if (takes) {
                taken.add(id);
            }
            written.forEach(InMemoryModelStore.this::record);
        }
    }
}
