namespace CloudPacs.Identity;

/// <summary>What a caller is there for. They are kept as numbers, so each keeps its own.</summary>
[Flags]
public enum Roles
{
    None = 0,

    /// <summary>Looks at images, resources and the worklist.</summary>
    Viewer = 1,

    /// <summary>Decides what became of messages, studies and deliveries, and looks at all of it.</summary>
    Operator = 2,

    /// <summary>Everything, and who else may come.</summary>
    Administrator = 4,

    /// <summary>Looks at who did what.</summary>
    PrivacyOfficer = 8,

    /// <summary>Another system: stores images, reports steps, reads and writes resources.</summary>
    System = 16,
}

/// <summary>The names of roles in settings, tokens and commands.</summary>
public static class RoleNames
{
    private static readonly (string Name, Roles Role)[] All =
    [
        ("viewer", Roles.Viewer), ("operator", Roles.Operator), ("administrator", Roles.Administrator),
        ("privacy-officer", Roles.PrivacyOfficer), ("system", Roles.System),
    ];

    public static IEnumerable<string> Names => All.Select(static one => one.Name);

    /// <summary>The role of a name; <see cref="Roles.None"/> for another text.</summary>
    public static Roles Find(string name) => All.FirstOrDefault(one => one.Name == name).Role;

    /// <summary>The names of all the roles.</summary>
    public static IReadOnlyList<string> Of(Roles roles) => [.. All.Where(one => roles.HasFlag(one.Role)).Select(static one => one.Name)];
}
