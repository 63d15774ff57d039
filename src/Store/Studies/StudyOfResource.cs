namespace CloudPacs.Store.Studies;

/// <summary>Which study a resource shows.</summary>
internal static class StudyOfResource
{
    /// <summary>The type of the resources of studies.</summary>
    public const string Type = "ImagingStudy";

    /// <summary>The id of the study as a term of a statement: null for a resource of another type, or whose id is none of a row.</summary>
    /// <param name="resource">Name of the resource in the statement.</param>
    public static string Id(string resource) =>
        $"CASE WHEN {resource}.type = '{Type}' AND {resource}.id ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' "
        + $"THEN {resource}.id::uuid END";
}
