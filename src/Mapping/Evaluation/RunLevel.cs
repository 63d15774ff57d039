namespace CloudPacs.Mapping.Evaluation;

/// <summary>How often the rules of a map run (<c>per:</c>), from wide to narrow.</summary>
public enum RunLevel : byte
{
    /// <summary>Once.</summary>
    Message,

    /// <summary>Once per PID, with the MRG and PV1 that follow it.</summary>
    Patient,

    /// <summary>Once in a scheduling message.</summary>
    Appointment,

    /// <summary>Once per order group, and per IPC of it.</summary>
    Group,

    /// <summary>Once per requested procedure, with its first group open.</summary>
    Procedure,

    /// <summary>Once per scheduled step, with the group that gave it open.</summary>
    Step,

    /// <summary>Once per report: an OBR of a result message, or a document.</summary>
    Report,

    /// <summary>Once per discrete result of a report, with its OBX open.</summary>
    Observation,
}

internal static class RunLevels
{
    public const int Count = (int)RunLevel.Observation + 1;

    /// <summary>As it stands after <c>per:</c>.</summary>
    public static string Word(this RunLevel level) => level.ToString().ToLowerInvariant();
}
