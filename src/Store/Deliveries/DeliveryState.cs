namespace CloudPacs.Store.Deliveries;

/// <summary>What has become of a delivery; the numbers are those of the column.</summary>
public enum DeliveryState : short
{
    /// <summary>It is sent as soon as nothing of its key stands before it.</summary>
    Waiting = 0,

    /// <summary>The destination has accepted it.</summary>
    Sent = 1,

    /// <summary>The destination has refused it: it waits for a person, and so does what follows of its key.</summary>
    Parked = 2,

    /// <summary>A person has decided that it is not sent.</summary>
    Skipped = 3,
}
