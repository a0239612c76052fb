package dev.slipway.testing.service;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.domain.service.Wanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store of services in memory. One transaction at a time; a transaction that throws changes nothing. Safe for use by many threads. A
 * transaction inside another is refused, because the real one would wait for itself.
 */
public final class InMemoryServiceStore implements ServiceStore {

    private static final Pattern RESPONSE_HEADERS = Pattern.compile("\"response_headers\":\\[([^]]*)]");

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Consumer<ServiceId>> listeners = new CopyOnWriteArrayList<>();
    private final Map<ServiceId, Service> services = new LinkedHashMap<>();
    private final Map<ServiceId, Instant> askedAt = new LinkedHashMap<>();
    private final Map<ServiceId, List<ServiceGeneration>> generations = new LinkedHashMap<>();
    private final Map<ServiceId, RouteRows> routes = new LinkedHashMap<>();
    private final Map<ServiceId, RouteDocument> documents = new LinkedHashMap<>();
    private final Map<String, Event> events = new LinkedHashMap<>();
    private final Map<ModelId, Model> ownModels = new LinkedHashMap<>();
    private final Map<String, ModelId> aliases = new LinkedHashMap<>();
    private final Set<ServiceId> movedAliases = new TreeSet<>(Comparator.comparing(ServiceId::value));
    private final Function<ModelId, Optional<Model>> models;
    private final Consumer<Event> alsoTo;

    /** With its own models, see {@link #put}. */
    public InMemoryServiceStore() {
        this.models = id -> Optional.ofNullable(ownModels.get(id));
        this.alsoTo = event -> {};
    }

    /** With the models of another fake; events go there too. */
    public InMemoryServiceStore(Function<ModelId, Optional<Model>> models, Consumer<Event> alsoTo) {
        this.models = models;
        this.alsoTo = alsoTo;
    }

    /** Adds or changes the model. */
    public void put(Model model) {
        ownModels.put(model.id(), model);
    }

    /** Lets the alias name that model, and marks the services that name the alias. */
    public void moveAlias(ModelAlias alias, Model model) {
        locked(() -> {
            aliases.put(model.project() + "/" + alias, model.id());
            services.values().stream()
                    .filter(service -> service.project().equals(model.project()))
                    .filter(service -> service.state() != ServiceState.DELETED && names(service, alias))
                    .forEach(service -> movedAliases.add(service.id()));
            return true;
        });
    }

    private static boolean names(Service service, ModelAlias alias) {
        return service.shown().entries().stream()
                .map(ServiceEntry::alias)
                .anyMatch(use -> use != null && use.alias().equals(alias));
    }

    /** The events of a service in the order they were written. */
    public List<Event> events(ServiceId id) {
        return locked(() -> events.values().stream()
                .filter(event -> event.subject().equals(id.value()))
                .toList());
    }

    /** The texts of {@link #events}. */
    public List<String> eventTexts(ServiceId id) {
        return events(id).stream().map(Event::info).toList();
    }

    /** The route document of a service. */
    public Optional<RouteDocument> document(ServiceId id) {
        return locked(() -> Optional.ofNullable(documents.get(id)));
    }

    /** The generation of a service. */
    public ServiceGeneration generation(ServiceId id, long number) {
        return locked(() -> numbered(generations.getOrDefault(id, List.of()), number));
    }

    /** Whether a service that is not deleted names the model in its asked or serving generation. */
    public boolean names(ModelId model) {
        return locked(() -> services.values().stream()
                .filter(service -> service.state() != ServiceState.DELETED)
                .anyMatch(service -> namedBy(service, model)));
    }

    /** Whether the calling thread is in a transaction: it must not speak to other systems then. */
    public boolean isInTransaction() {
        return lock.isHeldByCurrentThread();
    }

    /** Calls {@code listener} after each change of a service, on the same thread, like a notification of the database. */
    public void onChange(Consumer<ServiceId> listener) {
        listeners.add(listener);
    }

    @Override
    public <R> R create(Service draft, Function<ServiceTransaction, R> work) {
        return transaction(() -> {
            boolean taken = services.values().stream()
                    .anyMatch(other -> other.project().equals(draft.project())
                            && other.name().equals(draft.name())
                            && other.state() != ServiceState.DELETED);
            if (taken) {
                throw new Conflict(
                        ErrorCode.SERVICE_NAME_TAKEN,
                        "service '%s' exists already in this project: take another name".formatted(draft.name()));
            }
            Transaction transaction =
                    new Transaction(draft, new ArrayList<>(), new RouteRows(false, List.of(), List.of()));
            R result = work.apply(transaction);
            commit(transaction);
            return result;
        });
    }

    @Override
    public <R> R change(ServiceId id, Function<ServiceTransaction, R> work) {
        return transaction(() -> {
            Service service = services.get(id);
            if (service == null) {
                throw new NotFound(ErrorCode.SERVICE_UNKNOWN, "service '%s' does not exist".formatted(id));
            }
            Transaction transaction = new Transaction(
                    service,
                    new ArrayList<>(generations.getOrDefault(id, List.of())),
                    routes.getOrDefault(id, new RouteRows(false, List.of(), List.of())));
            R result = work.apply(transaction);
            commit(transaction);
            return result;
        });
    }

    @Override
    public Optional<Service> find(ServiceId id) {
        return locked(() -> Optional.ofNullable(services.get(id)));
    }

    @Override
    public ServicePage list(ProjectId project, ServiceQuery query) {
        return locked(() -> {
            List<Service> matching = services.values().stream()
                    .filter(service -> service.project().equals(project) && service.state() != ServiceState.DELETED)
                    .filter(service -> matches(service, query))
                    .sorted(order(query))
                    .toList();
            List<Service> page =
                    matching.stream().skip(query.offset()).limit(query.limit()).toList();
            return new ServicePage(page, matching.size());
        });
    }

    @Override
    public List<ServiceGeneration> updateRecords(ServiceId id) {
        return locked(() -> generations.getOrDefault(id, List.of()).stream()
                .filter(ServiceGeneration::changesConfig)
                .sorted(Comparator.comparingLong(ServiceGeneration::generation).reversed())
                .toList());
    }

    @Override
    public List<Service> untakenSince(Instant before, @Nullable ServiceId after, int limit) {
        return locked(() -> services.values().stream()
                .filter(service -> service.numbers().taken() < service.numbers().generation())
                .filter(service -> !asked(service).isAfter(before))
                .filter(service -> after == null || service.id().value().compareTo(after.value()) > 0)
                .sorted(Comparator.comparing(service -> service.id().value()))
                .limit(limit)
                .toList());
    }

    @Override
    public List<ServiceId> dueAt(Instant now, @Nullable ServiceId after, int limit) {
        return locked(() -> services.values().stream()
                .filter(service -> {
                    Instant due = service.dueAt();
                    return due != null && !due.isAfter(now);
                })
                .map(Service::id)
                .filter(id -> after == null || id.value().compareTo(after.value()) > 0)
                .sorted(Comparator.comparing(ServiceId::value))
                .limit(limit)
                .toList());
    }

    @Override
    public Map<ServiceId, Long> observed(Collection<ServiceId> ids) {
        return locked(() -> services.values().stream()
                .filter(service -> ids.contains(service.id()))
                .collect(Collectors.toMap(
                        Service::id, service -> service.numbers().observed())));
    }

    @Override
    public List<Service> unsettled(@Nullable ServiceId after, int limit) {
        return locked(() -> services.values().stream()
                .filter(service ->
                        service.numbers().taken() >= service.numbers().generation())
                .filter(service -> !service.isSettled())
                .filter(service -> after == null || service.id().value().compareTo(after.value()) > 0)
                .sorted(Comparator.comparing(service -> service.id().value()))
                .limit(limit)
                .toList());
    }

    @Override
    public List<ServiceId> withMovedAlias(@Nullable ServiceId after, int limit) {
        return locked(() -> movedAliases.stream()
                .filter(id -> after == null || id.value().compareTo(after.value()) > 0)
                .limit(limit)
                .toList());
    }

    @Override
    public List<Service> serving() {
        return locked(() -> services.values().stream()
                .filter(InMemoryServiceStore::shouldServe)
                .toList());
    }

    @Override
    public Map<InstanceSetId, Integer> ready(Collection<ServiceId> ids) {
        return locked(() -> {
            Map<InstanceSetId, Integer> ready = new HashMap<>();
            ids.forEach(id -> routes.getOrDefault(id, new RouteRows(false, List.of(), List.of())).instances().stream()
                    .filter(row -> row.ready() && !row.draining())
                    .forEach(row -> ready.merge(row.id().set(), 1, Integer::sum)));
            return ready;
        });
    }

    @Override
    public List<Service> find(Collection<ServiceId> ids) {
        return locked(() -> services.values().stream()
                .filter(service -> ids.contains(service.id()))
                .sorted(Comparator.comparing(service -> service.id().value()))
                .toList());
    }

    @Override
    public RouteRows routes(Service service) {
        return locked(() -> routes.getOrDefault(service.id(), new RouteRows(false, List.of(), List.of())));
    }

    @Override
    public Map<ServiceId, RouteRows> routes(Collection<ServiceId> ids) {
        return locked(() -> {
            Map<ServiceId, RouteRows> found = new HashMap<>();
            ids.forEach(id -> found.put(id, routes.getOrDefault(id, new RouteRows(false, List.of(), List.of()))));
            return found;
        });
    }

    private static boolean shouldServe(Service service) {
        return service.inferType() == InferType.REAL_TIME
                && service.wanted() == Wanted.RUNNING
                && service.numbers().serving() > 0;
    }

    private Instant asked(Service service) {
        return askedAt.getOrDefault(service.id(), service.publishedAt());
    }

    private static boolean matches(Service service, ServiceQuery query) {
        return matches(query.id(), service.id().value()::equals)
                && matches(query.exactName(), service.name()::equals)
                && matches(
                        query.nameContains(),
                        part -> service.name().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                && matches(
                        query.modelId(),
                        model -> service.asked().entries().stream()
                                        .anyMatch(entry -> entry.model().value().equals(model))
                                || namesServing(service, model))
                && matches(query.workspaceId(), service.workspaceId()::equals)
                && (query.inferType() == null || query.inferType() == service.inferType())
                && (query.state() == null || query.state() == service.state());
    }

    private static boolean matches(@Nullable String wanted, Function<String, Boolean> test) {
        return wanted == null || test.apply(wanted);
    }

    private static boolean namesServing(Service service, String model) {
        ServiceConfig serving = service.serving();
        return serving != null
                && serving.entries().stream()
                        .anyMatch(entry -> entry.model().value().equals(model));
    }

    private static boolean namedBy(Service service, ModelId model) {
        return service.asked().entries().stream()
                        .anyMatch(entry -> entry.model().equals(model))
                || namesServing(service, model.value());
    }

    private static Comparator<Service> order(ServiceQuery query) {
        Comparator<Service> order =
                switch (query.sortBy()) {
                    case "service_name" -> Comparator.comparing(Service::name);
                    case "transition_at" -> Comparator.comparing(Service::transitionedAt);
                    default -> Comparator.comparing(Service::publishedAt);
                };
        Comparator<Service> whole = order.thenComparing(service -> service.id().value());
        return query.ascending() ? whole : whole.reversed();
    }

    private void commit(Transaction transaction) {
        listeners.forEach(listener -> listener.accept(transaction.service().id()));
        Service service = transaction.service;
        ServiceId id = service.id();
        services.put(id, service);
        if (transaction.forgetsMovedAlias) {
            movedAliases.remove(id);
        }
        if (transaction.askedAt != null) {
            askedAt.put(id, transaction.askedAt);
        }
        generations.put(id, transaction.generations);
        for (Event event : transaction.events) {
            if (events.putIfAbsent(event.subject() + "\n" + event.key(), event) == null) {
                alsoTo.accept(event);
            }
        }
        transaction.table.commit(service);
    }

    private <R> R transaction(Supplier<R> work) {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("a transaction of a service inside another");
        }
        return locked(work);
    }

    private <R> R locked(Supplier<R> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static ServiceGeneration numbered(List<ServiceGeneration> all, long number) {
        return all.stream()
                .filter(generation -> generation.generation() == number)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("generation " + number));
    }

    private final class Transaction implements ServiceTransaction {

        private final List<ServiceGeneration> generations;
        private final List<Event> events = new ArrayList<>();
        private final InMemoryRouteTable table;
        private Service service;
        private @Nullable Instant askedAt;
        private boolean forgetsMovedAlias;

        Transaction(Service service, List<ServiceGeneration> generations, RouteRows rows) {
            this.service = service;
            this.generations = generations;
            this.table = new InMemoryRouteTable(rows);
        }

        @Override
        public Service service() {
            return service;
        }

        @Override
        public void save(Service changed) {
            if (!changed.id().equals(service.id())) {
                throw new IllegalArgumentException(
                        "service '%s' saved in a transaction of service '%s'".formatted(changed.id(), service.id()));
            }
            service = changed;
        }

        @Override
        public void add(ServiceGeneration generation) {
            generations.add(generation);
            askedAt = generation.acceptedAt();
        }

        @Override
        public ServiceGeneration generation(long number) {
            return numbered(generations, number);
        }

        @Override
        public void settle(long number, ServiceGeneration.Outcome outcome, @Nullable String cause) {
            generations.replaceAll(
                    each -> each.generation() == number && each.outcome() == ServiceGeneration.Outcome.RUNNING
                            ? each.settled(outcome, cause)
                            : each);
        }

        @Override
        public Optional<Origin> commandedBy(long generation) {
            return InMemoryServiceStore.this.events(service().id()).stream()
                    .filter(event -> event.key().startsWith("g%d/".formatted(generation)))
                    .flatMap(event -> Stream.ofNullable(event.origin()))
                    .findFirst();
        }

        @Override
        public void record(Event event) {
            events.add(event);
        }

        @Override
        public Model lockModel(ModelId id) {
            return models.apply(id)
                    .filter(model -> model.project().equals(service.project()))
                    .orElseThrow(() ->
                            new Invalid(ErrorCode.MODEL_OF_SERVICE_UNKNOWN, "model '%s' does not exist".formatted(id)));
        }

        @Override
        public Model lockModel(ModelAlias alias) {
            ModelId named = aliases.get(service.project() + "/" + alias);
            if (named == null) {
                throw new Invalid(ErrorCode.MODEL_OF_SERVICE_UNKNOWN, "alias '%s' does not exist".formatted(alias));
            }
            return lockModel(named);
        }

        @Override
        public void forgetMovedAlias() {
            forgetsMovedAlias = true;
        }

        @Override
        public RouteTable routes() {
            return table;
        }
    }

    /** The rows of one service in a transaction. */
    private final class InMemoryRouteTable implements RouteTable {

        private final Map<InstanceSetId, RouteRows.SetRow> sets = new LinkedHashMap<>();
        private final Map<InstanceId, RouteRows.InstanceRow> instances = new LinkedHashMap<>();
        private boolean open;
        private boolean erased;

        InMemoryRouteTable(RouteRows rows) {
            rows.sets().forEach(row -> sets.put(row.set(), row));
            rows.instances().forEach(row -> instances.put(row.id(), row));
            open = rows.open();
        }

        @Override
        public void enter(InstanceSetId set, int entry, String label, int weight) {
            sets.put(set, new RouteRows.SetRow(set, entry, label, weight));
        }

        @Override
        public void leave(InstanceSetId set) {
            sets.remove(set);
            instances.keySet().removeIf(instance -> instance.set().equals(set));
        }

        @Override
        public void ready(InstanceId instance, Address address) {
            RouteRows.InstanceRow before = instances.get(instance);
            if (sets.containsKey(instance.set()) && (before == null || !before.draining())) {
                instances.put(instance, new RouteRows.InstanceRow(instance, address, true, false));
            }
        }

        @Override
        public void notReady(InstanceId instance) {
            instances.computeIfPresent(
                    instance, (id, row) -> new RouteRows.InstanceRow(id, row.address(), false, row.draining()));
        }

        @Override
        public void drain(InstanceId instance) {
            if (sets.containsKey(instance.set())) {
                RouteRows.InstanceRow before = instances.get(instance);
                instances.put(
                        instance,
                        new RouteRows.InstanceRow(
                                instance,
                                before == null ? null : before.address(),
                                before != null && before.ready(),
                                true));
            }
        }

        @Override
        public void gone(InstanceId instance) {
            instances.remove(instance);
        }

        @Override
        public RouteRows rows() {
            return new RouteRows(
                    open,
                    sets.values().stream()
                            .sorted(Comparator.comparingInt(RouteRows.SetRow::entry)
                                    .thenComparing(row -> row.set().value()))
                            .toList(),
                    instances.values().stream()
                            .sorted(Comparator.comparing(row -> row.id().toString()))
                            .toList());
        }

        @Override
        public void open(boolean nowOpen) {
            open = nowOpen;
        }

        @Override
        public void erase() {
            sets.clear();
            instances.clear();
            open = false;
            erased = true;
        }

        void commit(Service service) {
            if (service.inferType() != InferType.REAL_TIME) {
                return;
            }
            if (erased || service.state() == ServiceState.DELETED) {
                routes.remove(service.id());
                documents.remove(service.id());
                return;
            }
            RouteRows rows = rows();
            routes.put(service.id(), rows);
            RouteDocument before = documents.get(service.id());
            boolean same = before != null
                    && before.open() == rows.open()
                    && Objects.equals(before.versions(), rows.versions())
                    && before.hostHeaders().equals(hostHeaders(service));
            if (!same) {
                documents.put(
                        service.id(),
                        new RouteDocument(
                                service.id().value(),
                                service.project(),
                                before == null ? 1 : before.revision() + 1,
                                rows.open(),
                                rows.versions(),
                                hostHeaders(service)));
            }
        }

        private static List<String> hostHeaders(Service service) {
            Matcher named = RESPONSE_HEADERS.matcher(service.extras());
            return named.find()
                    ? Stream.of(named.group(1).split(",", -1))
                            .map(name -> name.strip().replace("\"", ""))
                            .filter(name -> !name.isEmpty())
                            .toList()
                    : List.of();
        }
    }
}
