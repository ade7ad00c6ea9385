package io.mailblast.delivery;

import java.nio.file.Path;

/// A Postfix that listens on loopback, keeps to its folders, and puts the mails of all domains into one Maildir.
final class PostfixSettings {

    private PostfixSettings() {}

    static String main(Path queue, Path data, Path inbox) {
        return """
                compatibility_level = 3.6
                queue_directory = %s
                data_directory = %s
                command_directory = /usr/sbin
                daemon_directory = /usr/lib/postfix/sbin
                mail_owner = postfix
                setgid_group = postdrop
                myhostname = mx.test
                mydestination =
                mynetworks = 127.0.0.0/8
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                alias_maps =
                alias_database =
                local_recipient_maps =
                maillog_file = %s/log
                maillog_file_prefixes = /tmp
                virtual_mailbox_domains = static:all
                virtual_mailbox_base = %s
                virtual_mailbox_maps = static:inbox/
                virtual_uid_maps = static:65534
                virtual_gid_maps = static:65534
                import_environment = MAIL_CONFIG TZ
                """.formatted(queue, data, data, inbox);
    }

    static String master(int port) {
        return """
                127.0.0.1:%d inet n - n - - smtpd
                pickup unix n - n 60 1 pickup
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                verify unix - - n - 1 verify
                proxymap unix - - n - - proxymap
                proxywrite unix - - n - 1 proxymap
                error unix - - n - - error
                retry unix - - n - - error
                virtual unix - n n - - virtual
                anvil unix - - n - 1 anvil
                postlog unix-dgram n - n - 1 postlogd
                """.formatted(port);
    }
}
