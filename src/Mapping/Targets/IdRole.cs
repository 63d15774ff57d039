namespace CloudPacs.Mapping.Targets;

/// <summary>What an id does in a command, and so what becomes of a command whose id cannot be compared or shown as it was sent.</summary>
internal enum IdRole
{
    /// <summary>The value is no id.</summary>
    None,

    /// <summary>It says whom or what the command is about: the command is refused (error 102).</summary>
    Names,

    /// <summary>It is told besides: it is left out, and the sender is told (warning 102).</summary>
    Further,

    /// <summary>
    /// It goes away. It may be one that was stored before such ids were refused, so it is looked for as it was sent; only what could not be
    /// read or stored (U+FFFD, NUL) is refused.
    /// </summary>
    GoesAway,
}
