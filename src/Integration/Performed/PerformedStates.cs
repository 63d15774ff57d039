using CloudPacs.Store.Performed;

namespace CloudPacs.Integration.Performed;

/// <summary>States of performed steps in the words of DICOM (PS3.3 C.4.14).</summary>
internal static class PerformedStates
{
    public static PerformedState? Parse(string word) => word.Trim() switch
    {
        "IN PROGRESS" => PerformedState.InProgress,
        "COMPLETED" => PerformedState.Completed,
        "DISCONTINUED" => PerformedState.Discontinued,
        _ => null,
    };

    public static string Name(PerformedState state) => state switch
    {
        PerformedState.InProgress => "IN PROGRESS",
        PerformedState.Completed => "COMPLETED",
        _ => "DISCONTINUED",
    };
}
