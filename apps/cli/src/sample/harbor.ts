/** The boat company itself: its tours, and what was booked since it started. */
export interface Tour {
  id: string;
  name: string;
  kind: "sail" | "motor" | "kayak";
  minutes: number;
  price: number;
  description: string;
}

export interface Departure {
  id: string;
  tourId: string;
  leavesAt: string;
  seatsFree: number;
}

export interface Booking {
  id: string;
  departureId: string;
  name: string;
  email: string;
  seats: number;
  note?: string;
  total: number;
}

export type Refusal = { status: 404 | 409 | 422; message: string; field?: string };

const TOURS: Tour[] = [
  {
    id: "sunset-sail",
    name: "Sunset sail",
    kind: "sail",
    minutes: 120,
    price: 45,
    description: "Out to the lighthouse and back as the sun goes down, with tea.",
  },
  {
    id: "old-harbor",
    name: "Old harbor round trip",
    kind: "motor",
    minutes: 50,
    price: 18,
    description: "The warehouses, the locks and the floating church.",
  },
  {
    id: "seal-banks",
    name: "Seal banks",
    kind: "motor",
    minutes: 180,
    price: 39,
    description: "To the sandbanks at low water; binoculars on board.",
  },
  {
    id: "canal-kayak",
    name: "Canal kayak",
    kind: "kayak",
    minutes: 90,
    price: 25,
    description: "Under eleven bridges with a guide. Dry clothes advised.",
  },
];
const DAYS = 3;
const HOURS = [10, 14, 18];
const SEATS = 12;
const SEATS_PER_BOOKING_MAX = 8;

export function createHarbor(now: Date) {
  const departures: Departure[] = TOURS.flatMap(({ id }) =>
    Array.from({ length: DAYS }, (_, day) =>
      HOURS.map((hour) => {
        const leavesAt = new Date(
          Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + day + 1, hour),
        ).toISOString();
        return { id: `${id}-${leavesAt.slice(0, 10)}-${hour}`, tourId: id, leavesAt, seatsFree: SEATS };
      }),
    ).flat(),
  );
  const bookings = new Map<string, Booking>();
  let lastNumber = 1000;

  const departureOf = (id: string) => departures.find((departure) => departure.id === id);
  const priceOf = (tourId: string) => TOURS.find(({ id }) => id === tourId)?.price ?? 0;

  return {
    tours: ({ kind, minutesMax }: { kind?: string; minutesMax?: number }) =>
      TOURS.filter((tour) => (!kind || tour.kind === kind) && (!minutesMax || tour.minutes <= minutesMax)),
    tour: (id: string): Tour | Refusal => TOURS.find((tour) => tour.id === id) ?? missing("tour", id),
    departures: (tourId: string, seatsMin: number) =>
      departures.filter((departure) => departure.tourId === tourId && departure.seatsFree >= seatsMin),
    bookings: (email?: string) =>
      [...bookings.values()].filter((booking) => !email || booking.email === email).reverse(),
    booking: (id: string): Booking | Refusal => bookings.get(id) ?? missing("booking", id),
    book(given: Record<string, unknown>): Booking | Refusal {
      const { departureId, name, email, seats, note } = given;
      for (const [field, value] of Object.entries({ departureId, name, email })) {
        if (typeof value !== "string" || value === "") return { status: 422, message: `${field} is missing.`, field };
      }
      const departure = departureOf(String(departureId));
      if (!departure)
        return {
          status: 422,
          message: `There is no departure "${departureId}"; list the departures of a tour to find one.`,
          field: "departureId",
        };
      const problem = seatsProblem(seats, departure.seatsFree);
      if (problem) return problem;
      departure.seatsFree -= Number(seats);
      const booking: Booking = {
        id: `b-${++lastNumber}`,
        departureId: departure.id,
        name: String(name),
        email: String(email),
        seats: Number(seats),
        ...(typeof note === "string" ? { note } : {}),
        total: Number(seats) * priceOf(departure.tourId),
      };
      bookings.set(booking.id, booking);
      return booking;
    },
    change(id: string, { seats, note }: Record<string, unknown>): Booking | Refusal {
      const booking = bookings.get(id);
      const departure = booking && departureOf(booking.departureId);
      if (!booking || !departure) return missing("booking", id);
      if (seats !== undefined) {
        const problem = seatsProblem(seats, departure.seatsFree + booking.seats);
        if (problem) return problem;
        departure.seatsFree += booking.seats - Number(seats);
        booking.seats = Number(seats);
        booking.total = booking.seats * priceOf(departure.tourId);
      }
      if (typeof note === "string") booking.note = note;
      return booking;
    },
    cancel(id: string): Refusal | null {
      const booking = bookings.get(id);
      if (!booking) return missing("booking", id);
      const departure = departureOf(booking.departureId);
      if (departure) departure.seatsFree += booking.seats;
      bookings.delete(id);
      return null;
    },
  };
}

function missing(noun: string, id: string): Refusal {
  return { status: 404, message: `There is no ${noun} "${id}".` };
}

function seatsProblem(seats: unknown, free: number): Refusal | null {
  if (typeof seats !== "number" || !Number.isInteger(seats) || seats < 1 || seats > SEATS_PER_BOOKING_MAX) {
    return {
      status: 422,
      message: `seats has to be a whole number from 1 to ${SEATS_PER_BOOKING_MAX}.`,
      field: "seats",
    };
  }
  return seats > free ? { status: 409, message: `Only ${free} seats are free.`, field: "seats" } : null;
}
