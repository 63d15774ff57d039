namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>Counts associations in total and by calling AE title.</summary>
internal sealed class AssociationLimits(int maxTotal, int maxPerAe)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> counts = [];
    private int total;

    public int Total => Volatile.Read(ref total);

    public bool TryEnter(string callingAe)
    {
        lock (gate)
        {
            var count = counts.GetValueOrDefault(callingAe);
            if (total >= maxTotal || count >= maxPerAe) return false;
            counts[callingAe] = count + 1;
            total++;
            return true;
        }
    }

    public void Leave(string callingAe)
    {
        lock (gate)
        {
            total--;
            if (--counts[callingAe] == 0) counts.Remove(callingAe);
        }
    }
}
