/// What the provider tells: SNS notifications, verified before they are believed, each counted once.
@org.jspecify.annotations.NullMarked
package io.mailblast.webhook;
