/** The description of the bundled sample API: a boat company with tours, departures and bookings. */
export const document = {
  openapi: "3.1.0",
  info: {
    title: "Harbor Tours",
    version: "1.0.0",
    description:
      "A small boat company: tours, departures with free seats, and bookings. It needs no key, and forgets everything when it stops.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  servers: [{ url: "/v1" }],
  tags: [
    { name: "tours", description: "What can be booked" },
    { name: "bookings", description: "Who comes along" },
  ],
  paths: {
    "/tours": {
      get: {
        operationId: "listTours",
        tags: ["tours"],
        summary: "List the tours",
        description: "All tours, optionally those of one kind or those that take no longer than a number of minutes.",
        parameters: [
          {
            name: "kind",
            in: "query",
            description: "Only tours of this kind",
            schema: { $ref: "#/components/schemas/Kind" },
          },
          {
            name: "minutesMax",
            in: "query",
            description: "Only tours that take at most this many minutes",
            schema: { type: "integer", minimum: 1 },
          },
        ],
        responses: { 200: json("The tours", { type: "array", items: ref("Tour") }) },
      },
    },
    "/tours/{tourId}": {
      parameters: [{ $ref: "#/components/parameters/TourId" }],
      get: {
        operationId: "getTour",
        tags: ["tours"],
        summary: "Get one tour",
        responses: { 200: json("The tour", ref("Tour")), 404: json("There is no such tour", ref("Problem")) },
      },
    },
    "/tours/{tourId}/departures": {
      parameters: [{ $ref: "#/components/parameters/TourId" }],
      get: {
        operationId: "listDepartures",
        tags: ["tours"],
        summary: "List the departures of a tour",
        description: "When a tour sails in the coming days, and how many seats are free.",
        parameters: [
          {
            name: "seatsMin",
            in: "query",
            description: "Only departures with at least this many free seats",
            schema: { type: "integer", minimum: 1, default: 1 },
          },
        ],
        responses: {
          200: json("The departures", { type: "array", items: ref("Departure") }),
          404: json("There is no such tour", ref("Problem")),
        },
      },
    },
    "/weather": {
      get: {
        operationId: "getWeather",
        tags: ["tours"],
        summary: "Get the weather in the harbor",
        responses: {
          200: json("The weather now", {
            type: "object",
            properties: {
              summary: { type: "string" },
              windKnots: { type: "number" },
              waterCelsius: { type: "number" },
            },
          }),
        },
      },
    },
    "/bookings": {
      get: {
        operationId: "listBookings",
        tags: ["bookings"],
        summary: "List bookings",
        parameters: [
          {
            name: "email",
            in: "query",
            description: "Only bookings of this e-mail address",
            schema: { type: "string", format: "email" },
          },
        ],
        responses: { 200: json("The bookings, newest first", { type: "array", items: ref("Booking") }) },
      },
      post: {
        operationId: "createBooking",
        tags: ["bookings"],
        summary: "Book seats on a departure",
        requestBody: { required: true, content: { "application/json": { schema: ref("NewBooking") } } },
        responses: {
          201: json("The booking", ref("Booking")),
          409: json("Not enough free seats", ref("Problem")),
          422: json("A field is missing or wrong", ref("Problem")),
        },
      },
    },
    "/bookings/{bookingId}": {
      parameters: [
        {
          name: "bookingId",
          in: "path",
          required: true,
          description: "The booking's id, such as b-1001",
          schema: { type: "string" },
        },
      ],
      get: {
        operationId: "getBooking",
        tags: ["bookings"],
        summary: "Get one booking",
        responses: { 200: json("The booking", ref("Booking")), 404: json("There is no such booking", ref("Problem")) },
      },
      patch: {
        operationId: "changeBooking",
        tags: ["bookings"],
        summary: "Change the seats or the note of a booking",
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: {
                  seats: { type: "integer", minimum: 1, maximum: 8 },
                  note: { type: "string", maxLength: 200 },
                },
              },
            },
          },
        },
        responses: {
          200: json("The booking", ref("Booking")),
          404: json("There is no such booking", ref("Problem")),
          409: json("Not enough free seats", ref("Problem")),
        },
      },
      delete: {
        operationId: "cancelBooking",
        tags: ["bookings"],
        summary: "Cancel a booking",
        description: "The seats become free again. This cannot be undone.",
        responses: { 204: { description: "Cancelled" }, 404: json("There is no such booking", ref("Problem")) },
      },
    },
  },
  components: {
    parameters: {
      TourId: {
        name: "tourId",
        in: "path",
        required: true,
        description: "The tour's id, such as sunset-sail",
        schema: { type: "string" },
      },
    },
    schemas: {
      Kind: { type: "string", enum: ["sail", "motor", "kayak"], description: "How the tour travels" },
      Tour: {
        type: "object",
        required: ["id", "name", "kind", "minutes", "price"],
        properties: {
          id: { type: "string" },
          name: { type: "string" },
          kind: ref("Kind"),
          minutes: { type: "integer", description: "How long it takes" },
          price: { type: "number", description: "Per seat, in euros" },
          description: { type: "string" },
        },
      },
      Departure: {
        type: "object",
        required: ["id", "tourId", "leavesAt", "seatsFree"],
        properties: {
          id: { type: "string" },
          tourId: { type: "string" },
          leavesAt: { type: "string", format: "date-time" },
          seatsFree: { type: "integer" },
        },
      },
      NewBooking: {
        type: "object",
        required: ["departureId", "name", "email", "seats"],
        properties: {
          departureId: { type: "string", description: "The id of a departure, from listDepartures" },
          name: { type: "string", description: "Who the booking is for" },
          email: { type: "string", format: "email" },
          seats: { type: "integer", minimum: 1, maximum: 8 },
          note: { type: "string", maxLength: 200 },
        },
      },
      Booking: {
        allOf: [
          ref("NewBooking"),
          {
            type: "object",
            required: ["id", "total"],
            properties: {
              id: { type: "string", readOnly: true },
              total: { type: "number", readOnly: true, description: "In euros" },
            },
          },
        ],
      },
      Problem: {
        type: "object",
        required: ["message"],
        properties: { message: { type: "string" }, field: { type: "string" } },
      },
    },
  },
};

function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

function json(description: string, schema: object) {
  return { description, content: { "application/json": { schema } } };
}
