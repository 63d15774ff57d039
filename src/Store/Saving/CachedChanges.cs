using CloudPacs.Store.Fhir;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>Takes out of the cache what a commit changes.</summary>
internal static class CachedChanges
{
    /// <summary>
    /// The resources that are read as others after it: those that were put, and the studies whose series and instances changed, which stand
    /// in rows; null where a study cannot be told.
    /// </summary>
    public static HashSet<(string Type, string Id)>? Of(Workspace workspace)
    {
        HashSet<(string Type, string Id)> changed = [.. workspace.FhirWrites.Select(static row => (row.Type, row.Id))];
        foreach (var row in workspace.Changed)
        {
            Guid? study;
            switch (row)
            {
                case StudyRow:
                    study = row.Id;
                    break;
                case SeriesRow series:
                    study = series.StudyId;
                    break;
                case InstanceRow instance:
                    study = workspace.Peek<SeriesRow>(instance.SeriesId)?.StudyId;
                    if (study is null) return null;
                    break;
                default:
                    continue;
            }

            changed.Add(("ImagingStudy", study.Value.ToString()));
        }

        return changed;
    }

    /// <summary>The commit was acknowledged, or failed.</summary>
    /// <param name="cache">What is kept.</param>
    /// <param name="changed">As <see cref="Of"/> gives it.</param>
    /// <param name="failure">Why it failed; null when it did not.</param>
    public static void Remove(ResourceCache cache, HashSet<(string Type, string Id)>? changed, Exception? failure)
    {
        // What the server says of itself did not take place, unless it says that it goes away (SQLSTATE classes 08 and 57).
        var isInDoubt = failure is not (null or PostgresException { SqlState: not ['0', '8', ..] and not ['5', '7', ..] });
        if (changed is null || (isInDoubt && changed.Count > 0)) cache.Suspend();
        else cache.Remove(changed);
    }
}
