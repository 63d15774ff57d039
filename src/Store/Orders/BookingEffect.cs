namespace CloudPacs.Store.Orders;

/// <summary>What a booking does to the steps of its order. Stored by its number.</summary>
public enum BookingEffect { None, SetTimeAndPlace, Hold, Expire }
