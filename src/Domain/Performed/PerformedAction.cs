namespace CloudPacs.Domain.Performed;

/// <summary>What a report does.</summary>
internal enum PerformedAction
{
    /// <summary>The step is stored, and its scheduled steps are started.</summary>
    Begin,

    /// <summary>A change of a step whose beginning has not come: it is kept, and waits for it.</summary>
    BeginUnseen,

    /// <summary>The beginning of such a step.</summary>
    CatchUp,

    /// <summary>What it says is taken over.</summary>
    Change,

    /// <summary>The same, and the state is final: the scheduled steps follow.</summary>
    End,

    /// <summary>It is known: answered as the first time.</summary>
    Repeat,
    RefuseUnknown,
    RefuseDuplicate,
    RefuseFinal,

    /// <summary>It begins with a state that only an end has.</summary>
    RefuseState,
}
