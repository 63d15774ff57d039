namespace CloudPacs.Dicom.Network.Scp;

/// <summary>Counts associations in total and by calling AE title.</summary>
internal sealed class AssociationLimits(int maxTotal, int maxPerAe)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _counts = [];
    private int _total;

    public int Total => Volatile.Read(ref _total);

    public Admission TryEnter(string callingAe)
    {
        lock (_gate)
        {
            var count = _counts.GetValueOrDefault(callingAe);
            if (count >= maxPerAe) return Admission.TitleHasMost;
            if (_total >= maxTotal) return Admission.AllTaken;
            _counts[callingAe] = count + 1;
            _total++;
            return Admission.Entered;
        }
    }

    public void Leave(string callingAe)
    {
        lock (_gate)
        {
            _total--;
            if (--_counts[callingAe] == 0) _counts.Remove(callingAe);
        }
    }
}

internal enum Admission
{
    Entered,
    TitleHasMost,
    AllTaken,
}
