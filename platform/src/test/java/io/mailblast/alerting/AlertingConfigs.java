package io.mailblast.alerting;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Configurations by the names of their components.
public final class AlertingConfigs {

    private AlertingConfigs() {}

    /// @param changes names and values in turns
    static AlertingConfig config(Map<String, Object> base, Object... changes) {
        Map<String, Object> values = new LinkedHashMap<>(base);
        for (int i = 0; i < changes.length; i += 2) {
            values.put((String) changes[i], changes[i + 1]);
        }
        RecordComponent[] components = AlertingConfig.class.getRecordComponents();
        try {
            return AlertingConfig.class
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new))
                    .newInstance(Arrays.stream(components)
                            .map(component -> values.get(component.getName()))
                            .toArray());
        } catch (InvocationTargetException e) {
            throw (RuntimeException) e.getCause();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, Object> values(AlertingConfig config) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : AlertingConfig.class.getRecordComponents()) {
            try {
                values.put(component.getName(), component.getAccessor().invoke(config));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return values;
    }

    /// @param changes names and values in turns
    public static AlertingConfig defaultsBut(Object... changes) {
        return config(values(AlertingConfig.DEFAULTS), changes);
    }
}
