namespace CloudPacs.Store.Performed;

/// <summary>Performed Procedure Step Status (0040,0252); the last two are final.</summary>
public enum PerformedState : short
{
    InProgress = 0,
    Completed = 1,
    Discontinued = 2,
}
