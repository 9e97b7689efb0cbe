/** What of the public pet store's OpenAPI 2.0 document is called, at another host. */
export function petstoreDocument(host: string): object {
  const pet = { $ref: "#/definitions/Pet" };
  const answer = (schema: object) => ({ 200: { description: "successful operation", schema } });
  return {
    swagger: "2.0",
    info: { title: "Pet store", version: "1.0.7" },
    host,
    basePath: "/v2",
    schemes: ["http"],
    paths: {
      "/pet/findByStatus": {
        get: {
          operationId: "findPetsByStatus",
          produces: ["application/json", "application/xml"],
          parameters: [
            {
              name: "status",
              in: "query",
              required: true,
              type: "array",
              items: { type: "string", enum: ["available", "pending", "sold"], default: "available" },
              collectionFormat: "multi",
            },
          ],
          responses: answer({ type: "array", items: pet }),
        },
      },
      "/pet/{petId}": {
        get: {
          operationId: "getPetById",
          produces: ["application/json", "application/xml"],
          parameters: [{ name: "petId", in: "path", required: true, type: "integer", format: "int64" }],
          responses: { ...answer(pet), 404: { description: "Pet not found" } },
        },
      },
    },
    definitions: {
      Pet: {
        type: "object",
        required: ["name", "photoUrls"],
        properties: { id: { type: "integer" }, name: { type: "string" }, status: { type: "string" } },
      },
    },
  };
}
