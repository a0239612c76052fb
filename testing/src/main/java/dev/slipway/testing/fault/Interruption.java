package dev.slipway.testing.fault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Code that runs before a call of an activity: a fault or a check. */
@FunctionalInterface
public interface Interruption {

    /** @param call name of the activity's method */
    void before(String call);

    /** The activities, with {@code what} before each call. */
    static <A> Object before(A activities, Class<A> type, Interruption what) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return method.invoke(activities, arguments);
            }
            what.before(method.getName());
            try {
                return method.invoke(activities, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
